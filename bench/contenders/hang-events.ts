/** A backend that never answers: what it costs those who ask for tokens is to be nothing. */
export const plugin = {
  name: 'hanging',
  emit: (): Promise<void> => new Promise(() => {}),
}
