declare const brand: unique symbol;

/** A value of type `T` that only its parser may make, so that a revision is never passed where an index is meant. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name };
