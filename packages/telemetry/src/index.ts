// Owns: what operators see of a running server: metrics, traces, what may be shown of a value.
// Does not own: where a thing is measured (the package that does it). Knows no OAuth and no HTTP routes.
export {}
