/**
 * A set of numbers that is filled first and asked then, at eight bytes a number: a Set takes five times that, which is
 * much for a million.
 */
export class NumberSet {
  #numbers = new Float64Array(16)
  #size = 0
  #isSorted = true

  add(value: number): void {
    if (this.#size === this.#numbers.length) {
      const larger = new Float64Array(this.#size * 2)
      larger.set(this.#numbers)
      this.#numbers = larger
    }
    this.#isSorted &&= this.#size === 0 || (this.#numbers[this.#size - 1] as number) <= value
    this.#numbers[this.#size++] = value
  }

  has(value: number): boolean {
    if (!this.#isSorted) this.#numbers.subarray(0, this.#size).sort()
    this.#isSorted = true
    let [from, to] = [0, this.#size]
    while (from < to) {
      const middle = (from + to) >> 1
      if ((this.#numbers[middle] as number) < value) from = middle + 1
      else to = middle
    }
    return from < this.#size && this.#numbers[from] === value
  }
}
