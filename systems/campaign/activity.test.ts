import { expect, test } from 'vitest'
import { activityIn, readActivity } from './activity.ts'

test('a row is told as somebody would tell it', () => {
  expect(
    activityIn(
      'Customer Id,ActivityDate,TotalSteps,TotalDistance,Calories\r\n' +
        '1503960366,4/12/2016,13162,8.5,1985\r\n1503960366,4/13/2016,0,0,0\r\n',
    ),
  ).toEqual(['4/12/2016: 13162 steps, 8.5 km, 1985 kcal', '4/13/2016: 0 steps, 0.0 km, 0 kcal'])
})

test('our own sample can be read', () => {
  expect(readActivity(undefined).length).toBeGreaterThan(5)
})
