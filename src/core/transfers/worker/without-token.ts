/** The text of an answer without the token of the request, which many a proxy repeats in its error pages: it goes into messages and receipts. */
export function withoutToken(text: string, headers: Readonly<Record<string, string>>): string {
  const token = headers['X-Auth-Token']
  return token === undefined || token === '' ? text : text.replaceAll(token, '(token)')
}
