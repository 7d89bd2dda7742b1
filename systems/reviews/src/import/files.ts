// The four CSV files of the public data set: their names, their columns, and which columns are text.
// `generate` writes them and `import` reads them, so both hold to this one table.

/** One of the four tables of the data set. */
export type TableName = 'reviews' | 'photos' | 'characteristics' | 'answers'

/** What one of the files looks like. */
export interface CsvFile {
  readonly table: TableName
  /** Accepted names, the usual one first: public copies do not agree on one of them. */
  readonly names: readonly [string, ...string[]]
  readonly columns: readonly string[]
  /** Columns that are written in double quotes; the others stand bare. */
  readonly text: ReadonlySet<string>
}

/** The files in the order in which they are loaded: what is referred to comes first. */
export const csvFiles: readonly CsvFile[] = [
  {
    table: 'reviews',
    names: ['reviews.csv'],
    columns: [
      'id',
      'product_id',
      'rating',
      'date',
      'summary',
      'body',
      'recommend',
      'reported',
      'reviewer_name',
      'reviewer_email',
      'response',
      'helpfulness',
    ],
    text: new Set(['summary', 'body', 'reviewer_name', 'reviewer_email', 'response']),
  },
  {
    table: 'characteristics',
    names: ['characteristics.csv'],
    columns: ['id', 'product_id', 'name'],
    text: new Set(['name']),
  },
  {
    table: 'photos',
    names: ['reviews_photos.csv'],
    columns: ['id', 'review_id', 'url'],
    text: new Set(['url']),
  },
  {
    table: 'answers',
    names: ['characteristic_reviews.csv', 'characteristics_reviews.csv'],
    columns: ['id', 'characteristic_id', 'review_id', 'value'],
    text: new Set(),
  },
]
