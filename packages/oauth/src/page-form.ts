/** Proof that a form came from our page in this browser; a hidden field named `csrf`. */
export interface FormGuard {
  readonly csrf: string
}

/** A provider, and the local address at which the sign-in there begins. */
export interface ProviderLink {
  readonly label: string
  readonly href: string
}
