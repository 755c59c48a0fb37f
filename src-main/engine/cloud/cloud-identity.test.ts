import { describe, expect, it } from 'vitest';
import { belongsElsewhere, localIdentity, nameOfIdentity, projectIdentity } from './cloud-identity.ts';

const project = projectIdentity('https://one.supabase.co');
const local = localIdentity('a1');

describe('the cloud that the marks belong to', () => {
  it('is no other before the first, and none that is written a little differently', () => {
    expect(belongsElsewhere(null, 'https://one.supabase.co', null)).toBe(false);
    expect(belongsElsewhere(project, 'https://one.supabase.co/', null)).toBe(false);
  });

  it('is another where another project, or the local cloud, is configured', () => {
    expect(belongsElsewhere(project, 'https://two.supabase.co', null)).toBe(true);
    expect(belongsElsewhere(project, null, null)).toBe(true);
    expect(belongsElsewhere(local, 'https://one.supabase.co', null)).toBe(true);
    expect(belongsElsewhere(project, 'http://not-safe.example', null)).toBe(true);
  });

  it('is another local cloud only where the one here can say who it is', () => {
    expect(belongsElsewhere(local, null, null)).toBe(false);
    expect(belongsElsewhere(local, null, local)).toBe(false);
    expect(belongsElsewhere(local, null, localIdentity('b2'))).toBe(true);
  });

  it('has a name for sentences', () => {
    expect(nameOfIdentity(project)).toBe('https://one.supabase.co');
    expect(nameOfIdentity(local)).toBe('the local cloud on this box');
  });
});
