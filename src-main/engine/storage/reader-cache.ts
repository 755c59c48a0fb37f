/** A pragma for connections that only read: what they read again the system's own cache has too, so 4 MB are enough. */
export const readerCache = 'cache_size = -4000';
