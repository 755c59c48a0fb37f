/** Who needs the cloud at the moment. A cloud that is not detached ends with the last of them. */
export interface Holders {
  add(): () => void;
  count(): number;
}

export function createHolders(onNobodyLeft: () => void): Holders {
  const present = new Set<symbol>();
  return {
    add: () => {
      const holder = Symbol('holder');
      present.add(holder);
      return () => {
        if (present.delete(holder) && present.size === 0) onNobodyLeft();
      };
    },
    count: () => present.size,
  };
}
