/** A point read: one row or nothing. Rejects with StorageError `unavailable` or `corrupt`. */
export type PointRead<Key, Value> = (key: Key) => Promise<Value | undefined>
