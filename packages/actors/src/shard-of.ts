/**
 * The shard of `key` among `shards`: FNV-1a over its UTF-16 code units with a final mix. It depends
 * on nothing else, so every process and every release agrees.
 */
export function shardOf(key: string, shards: number): number {
  let hash = 0x811c9dc5
  for (let index = 0; index < key.length; index++) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193)
  }
  // FNV alone leaves the low bits of similar keys alike, and the remainder looks at those.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return ((hash ^ (hash >>> 16)) >>> 0) % shards
}
