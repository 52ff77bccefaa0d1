/** Proof that a form came from our page in this browser; a hidden field named `csrf`. */
export interface FormGuard {
  readonly csrf: string
}
