import { expect, test } from 'vitest';
import { dashboardAddress } from './project-address.ts';

test.each([
  'https://supabase.com/dashboard/project/abcdefghijklmnopqrst',
  'https://supabase.com/dashboard/project/abcdefghijklmnopqrst/settings/api?x=1#keys',
  ' https://app.supabase.com/project/abcdefghijklmnopqrst/ ',
])('the page about a project names the project’s own address: %s', (text) => {
  expect(dashboardAddress(text)).toEqual({
    kind: 'project',
    url: 'https://abcdefghijklmnopqrst.supabase.co',
  });
});

test('other pages of Supabase name none, and every other address is left alone', () => {
  for (const text of ['https://supabase.com/dashboard/project/_/settings', 'https://supabase.com'])
    expect(dashboardAddress(text)).toEqual({ kind: 'page' });
  for (const text of [
    'https://abcdefgh.supabase.co',
    'https://supabase.com.example.org/dashboard',
    'nonsense',
  ])
    expect(dashboardAddress(text)).toBeNull();
});
