/** `sha512` -> `SHA-512`, as the core names digests; what is not known is shown in capitals. */
export function algorithmLabel(algorithm: string | null): string {
  if (algorithm === null) return 'Hash'
  const sha2 = /^sha(1|224|256|384|512)$/i.exec(algorithm)
  return sha2 === null ? algorithm.toUpperCase() : `SHA-${sha2[1]}`
}
