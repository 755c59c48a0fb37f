import { expect, test } from 'vitest';
import { classifyAnswer, classifyFailure } from './classify.ts';

const now = new Date('2026-01-01T00:00:00Z');

function kind(status: number, code: string): string {
  return classifyAnswer(status, JSON.stringify({ code, message: 'words' }), null, now).kind;
}

test('409 is told apart by its code: a missing parent is no duplicate, and a duplicate is of a key that is not ours', () => {
  expect(kind(409, '23503')).toBe('parent');
  expect(kind(409, '23505')).toBe('schema');
});

test('what one record holds is its own fault', () => {
  for (const code of ['23514', '23502', '22P02', '22003', '22007', '22P05', 'PGRST102', '21000'])
    expect(kind(400, code)).toBe('content');
});

test('schema and permission are the cloud’s set-up, sign-in is told by the status', () => {
  for (const code of ['42P01', 'PGRST205', 'PGRST204', '42P10', 'PGRST202'])
    expect(kind(404, code)).toBe('schema');
  expect(kind(403, '42501')).toBe('permission');
  for (const code of ['PGRST301', 'PGRST303', '42501', '']) expect(kind(401, code)).toBe('sign_in');
});

test('the sign-in of Supabase names its reason in a field of its own', () => {
  const body = '{"code":400,"error_code":"refresh_token_not_found","msg":"Invalid Refresh Token"}';
  expect(classifyAnswer(400, body, null, now)).toMatchObject({
    code: 'refresh_token_not_found',
    message: 'Invalid Refresh Token',
  });
});

test('a statement that ran out of time asks for less, though it is a 500', () => {
  expect(kind(500, '57014')).toBe('too_large');
  expect(classifyAnswer(413, '<html>', null, now).kind).toBe('too_large');
});

test('pages of the platform in front are read by their status', () => {
  expect(classifyAnswer(502, '<html>bad gateway</html>', null, now)).toMatchObject({
    kind: 'server',
    message: 'an HTML page instead of an answer',
  });
  expect(classifyAnswer(429, '', '7', now)).toMatchObject({ kind: 'rate_limited', retryAfterMs: 7000 });
  expect(classifyAnswer(503, '', 'Thu, 01 Jan 2026 00:00:30 GMT', now).retryAfterMs).toBe(30_000);
  expect(classifyAnswer(503, '', '86400', now).retryAfterMs).toBe(300_000);
});

test('no answer is the network, no answer in time a timeout', async () => {
  const refused = await fetch('http://127.0.0.1:1/').catch((error: unknown) => error);
  expect(classifyFailure(refused).kind).toBe('network');
  const timedOut = await Promise.reject(new DOMException('late', 'TimeoutError')).catch(
    (error: unknown) => error,
  );
  expect(classifyFailure(timedOut).kind).toBe('timeout');
});
