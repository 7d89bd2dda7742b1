// The four CSV files of the public data set: their names, their columns, and which columns are text.
// `generate` writes them and `import` reads them, so both hold to this one table, as does COPY.

/** One of the four tables of the data set. */
export type TableName = 'reviews' | 'photos' | 'characteristics' | 'answers'

/** The columns of each table's file, in the order in which a row is mapped. */
export const columnsOf = {
  reviews: [
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
  characteristics: ['id', 'product_id', 'name'],
  photos: ['id', 'review_id', 'url'],
  answers: ['id', 'characteristic_id', 'review_id', 'value'],
} as const satisfies Record<TableName, readonly string[]>

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
    columns: columnsOf.reviews,
    text: new Set(['summary', 'body', 'reviewer_name', 'reviewer_email', 'response']),
  },
  {
    table: 'characteristics',
    names: ['characteristics.csv'],
    columns: columnsOf.characteristics,
    text: new Set(['name']),
  },
  {
    table: 'photos',
    names: ['reviews_photos.csv'],
    columns: columnsOf.photos,
    text: new Set(['url']),
  },
  {
    table: 'answers',
    names: ['characteristic_reviews.csv', 'characteristics_reviews.csv'],
    columns: columnsOf.answers,
    text: new Set(),
  },
]
