/** Why no answer came, in plain words; what the runtime itself says of it is meant for programmers. */
export function networkWords(code: string, message: string): string {
  const known = words.find(([pattern]) => pattern.test(code));
  if (known !== undefined) return known[1];
  if (/redirect/iu.test(message))
    return 'it leads on to another address, as a sign-in page of the network does';
  if (/bad port/iu.test(message)) return 'this port is not one for a web address';
  return 'no connection came about';
}

const words: readonly (readonly [RegExp, string])[] = [
  [/^ECONNREFUSED$/, 'nothing listens at this address'],
  [/^(ENOTFOUND|EAI_AGAIN|EAI_FAIL|EAI_NODATA)$/, 'the name in the address cannot be found'],
  [/^(ENETUNREACH|EHOSTUNREACH|ENETDOWN|EADDRNOTAVAIL)$/, 'this computer has no way to the address'],
  [/TIMEDOUT|TIMEOUT/, 'no answer came in time'],
  [
    /^CERT_HAS_EXPIRED$|^CERT_NOT_YET_VALID$/,
    'the certificate there is not valid at this time; compare the clock of this computer',
  ],
  [
    /CERT|TLS|SSL|EPROTO|SELF_SIGNED|UNABLE_TO/,
    'no protected connection came about: the certificate there is not trusted',
  ],
  [/^(ECONNRESET|EPIPE|UND_ERR_SOCKET|UND_ERR_ABORTED|HPE_.*)$/, 'the connection was cut off'],
];
