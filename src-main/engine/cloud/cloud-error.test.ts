import { expect, test } from 'vitest';
import { classifyAnswer } from './classify.ts';
import { CloudError } from './cloud-error.ts';

const now = new Date('2026-01-01T00:00:00Z');

/** The words as a real PostgREST wrote them. */
function words(status: number, code: string, message: string, what = '/rest/v1/ASE_cameras'): string {
  const body = code === '' ? '{}' : JSON.stringify({ code, message, details: null, hint: null });
  return new CloudError(classifyAnswer(status, body, null, now), what).message;
}

test('a grant that is missing is told apart from a token that may not', () => {
  const grant = words(403, '42501', 'permission denied for table ASE_cameras');
  expect(grant).toMatch(/the table ASE_cameras.*a GRANT is missing, the token is not at fault/);
  expect(grant).toContain('backhaul cloud check');
  const policy = words(
    403,
    '42501',
    'new row violates row-level security policy (USING expression) for table "ASE_cameras"',
  );
  expect(policy).toMatch(/row level security.*in ASE_cameras.*token speaks for another location/);
  expect(policy).not.toContain('GRANT');
  expect(words(403, '42501', 'permission denied for function backhaul_verify', 'backhaul_verify')).toContain(
    'the function backhaul_verify',
  );
});

test.each([
  [404, '42P01', 'relation "public.ASE_cameras" does not exist', 'The table ASE_cameras is missing'],
  [
    404,
    'PGRST205',
    "Could not find the table 'public.ASE_cameras' in the schema cache",
    'The table ASE_cameras is missing',
  ],
  [404, '', '', 'The table ASE_cameras is missing'],
  [
    400,
    'PGRST204',
    "Column 'fps' of relation 'ASE_videos' does not exist",
    'The column fps of ASE_videos is missing',
  ],
  [
    400,
    'PGRST204',
    "Could not find the 'fps' column of 'ASE_videos' in the schema cache",
    'The column fps of ASE_videos is missing',
  ],
  [
    400,
    '42703',
    'column "customers_count" of relation "ASE_table_states" does not exist',
    'The column customers_count of ASE_table_states is missing',
  ],
  [400, '42703', 'column ASE_cameras.nix does not exist', 'The column ASE_cameras.nix is missing'],
  [400, '42703', 'record "new" has no field "updated_at"', 'The column updated_at (ASE_cameras) is missing'],
  [
    404,
    'PGRST202',
    'Could not find the function public.backhaul_verify(p_location) in the schema cache',
    'The function backhaul_verify',
  ],
  [
    400,
    '42P10',
    'there is no unique or exclusion constraint matching the ON CONFLICT specification',
    'The key of ASE_cameras in the cloud lacks the location',
  ],
])('%i %s names what is missing', (status, code, message, expected) => {
  const said = words(status, code, message);
  expect(said).toContain(expected);
  expect(said).toMatch(/Nothing is lost.*"backhaul cloud check": it prints the SQL/);
});

test('a duplicate of a key that is not ours says which, and that it lacks the location', () => {
  const said = words(409, '23505', 'duplicate key value violates unique constraint "ASE_cameras_pkey"');
  expect(said).toMatch(/^The unique key ASE_cameras_pkey .*lacks the location.*two stores.*Nothing is lost/);
});
