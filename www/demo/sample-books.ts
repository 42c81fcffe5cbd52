// The names of the sample books, and the language each is written in.

export const SAMPLES = { "sample-en": "en", "sample-it": "it" } as const;
export type SampleBook = keyof typeof SAMPLES;
export const SAMPLE_BOOKS = Object.keys(SAMPLES) as readonly string[];

export function isSample(book: string): book is SampleBook {
  return book in SAMPLES;
}
