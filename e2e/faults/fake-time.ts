import { globSync } from 'node:fs';

/** The library that moves a process's clock, from the distribution's package. @throws where it is not installed */
export function fakeTimeLibrary(): string {
  const [library] = globSync('/usr/lib/*/faketime/libfaketime.so.1').concat(
    globSync('/usr/lib/faketime/libfaketime.so.1'),
  );
  if (library === undefined)
    throw new Error('libfaketime is not installed; on Debian and its kin: apt-get install faketime');
  return library;
}
