import { expect, test } from 'vitest'
import { accountIn, databaseUser } from './database-user.ts'

const passwd = 'root:x:0:0:root:/root:/bin/bash\nnobody:x:65534:65533:nobody:/:/usr/sbin/nologin\n'

test('the account nobody is found by name in the text of a passwd file', () => {
  expect(accountIn(passwd, 'nobody')).toEqual({ uid: 65_534, gid: 65_533 })
  expect(accountIn(passwd, 'no')).toBeNull()
})

test('an ordinary user runs databases as himself', async () => {
  expect(await databaseUser(1000)).toBeNull()
})
