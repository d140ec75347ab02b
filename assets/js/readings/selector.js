// The fields that readings are typed into.
export const SELECTOR = '#readings-form input[name^="r"]';
