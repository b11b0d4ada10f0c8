/**
 * A map of the most recently used entries: at least the last `capacity` of them, at most twice as many. It has two
 * generations, so that a lookup needs no write; an exact order of use would.
 */
export class BoundedMap<K, V> {
  private readonly capacity: number;
  private recent = new Map<K, V>();
  private older = new Map<K, V>();

  constructor(capacity: number) {
    this.capacity = capacity;
  }

  get(key: K): V | undefined {
    const value = this.recent.get(key);
    if (value !== undefined) return value;
    const aged = this.older.get(key);
    if (aged !== undefined) this.set(key, aged);
    return aged;
  }

  set(key: K, value: V): void {
    if (this.recent.size >= this.capacity) {
      this.older = this.recent;
      this.recent = new Map();
    }
    this.recent.set(key, value);
  }

  delete(key: K): void {
    this.recent.delete(key);
    this.older.delete(key);
  }
}
