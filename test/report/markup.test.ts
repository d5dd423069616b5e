import assert from 'node:assert/strict'
import { test } from 'node:test'
import { markup, textOfMarkup } from '../../lib/report/markup.ts'

test('a text is a text, wherever it stands in a page', () => {
  const evil = `"><script>alert('&')</script>`
  const escaped = '&quot;&gt;&lt;script&gt;alert(&#39;&amp;&#39;)&lt;/script&gt;'
  const page = markup`<p title="${evil}">${[evil, markup`<b>${evil}</b>`]}</p>`
  assert.equal(textOfMarkup(page), `<p title="${escaped}">${escaped}<b>${escaped}</b></p>`)
})

test('what is not there leaves nothing, a zero stays', () => {
  assert.equal(textOfMarkup(markup`<i>${undefined}${false}${0}${[]}</i>`), '<i>0</i>')
})

test('no character that XML cannot hold gets into it', () => {
  const page = textOfMarkup(markup`${'a\u0000b\u001b[2Jc\tü日\ud800\n\uffff'}`)
  assert.equal(page, 'a\ufffdb\ufffd[2Jc\tü日\ufffd\n\ufffd')
})

test('what only looks like markup is a text', () => {
  const forged = JSON.parse('{"Symbol(markup)":"<script>"}') as never
  assert.throws(() => textOfMarkup(markup`${forged}`))
})
