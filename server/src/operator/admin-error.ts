/** A wish that cannot be granted; the message is for the operator. */
export class AdminError extends Error {}
