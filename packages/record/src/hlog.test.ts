import { HistogramLogReader } from 'hdr-histogram-js'
import { expect, test } from 'vitest'
import { Histogram } from '@plimsoll/statistics'
import { hlogHeader, hlogLine, readHlog } from './index.ts'

const histogram = new Histogram()
for (const value of [3, 1_500, 1_500, 3_600_000]) histogram.record(value)
const line = hlogLine({
  tag: 'GET /a,b|response_time',
  from_second: 7,
  lasts_seconds: 1,
  histogram,
})

test('the log is read by the tools of the HdrHistogram family', () => {
  const reader = new HistogramLogReader(hlogHeader + line)
  const read = reader.nextIntervalHistogram()
  expect(read?.tag).toBe('GET /a b|response_time')
  expect(read?.totalCount).toBe(4)
  expect(read?.getValueAtPercentile(50)).toBe(histogram.quantile(0.5))
})

test('what we write we read', () => {
  const [read] = readHlog(hlogHeader + line)
  expect(read).toMatchObject({ tag: 'GET /a b|response_time', from_second: 7, lasts_seconds: 1 })
  expect(read?.histogram.encode()).toEqual(histogram.encode())
})
