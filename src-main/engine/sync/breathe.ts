/**
 * Lets one piece of heavy work begin in each turn of the event loop, so that whoever asks for the status or waits for an
 * acknowledgement comes in between, however many lanes have something to do at once.
 */
export function createBreath(): () => Promise<void> {
  let last: Promise<void> = Promise.resolve();
  return () => {
    last = last.then(() => new Promise((resolve) => setImmediate(resolve)));
    return last;
  };
}
