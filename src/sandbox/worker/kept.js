// @ts-check
/** What is kept of what the crate made. */

/**
 * The things that were asked for last, so many at most; others are freed.
 * @template {{ free(): void }} T
 */
export class Kept {
  /** @param {number} most */
  constructor(most) {
    this.most = most;
    /** The newest last. @type {Map<string, T>} */
    this.things = new Map();
  }

  /** @param {string} key */
  get(key) {
    const found = this.things.get(key);
    if (found) {
      this.things.delete(key);
      this.things.set(key, found);
    }
    return found;
  }

  /**
   * Keeps a thing, in place of what was kept under this key.
   * @param {string} key
   * @param {T} thing
   */
  add(key, thing) {
    this.things.get(key)?.free();
    this.things.delete(key);
    this.things.set(key, thing);
    for (const [old, other] of this.things) {
      if (this.things.size <= this.most) {
        break;
      }
      this.things.delete(old);
      other.free();
    }
    return thing;
  }
}
