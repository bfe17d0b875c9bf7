/** Exactly one `@` with text on both sides and no white space (contract §4.2). */
export const isEmail = (text: string) => /^[^@\s]+@[^@\s]+$/.test(text)
