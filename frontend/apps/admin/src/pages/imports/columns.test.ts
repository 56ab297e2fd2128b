// @vitest-environment node
import { i18n } from '@lingui/core'
import { expect, test } from 'vitest'
import { encodingOf, meaningOf, problemOf, renamed, type Column } from './columns'

i18n.loadAndActivate({ locale: 'pt-BR', messages: {} })

const bytes = (text: string) => new TextEncoder().encode(text)

test('columns are known by names without case, accents and signs', () => {
  expect(meaningOf('Preço', 'products')).toBe('price')
  expect(meaningOf(' Stock-on-hand ', 'products')).toBe('stock')
  expect(meaningOf('Opção: Tamanho', 'products')).toBe('option')
  expect(meaningOf('import_error', 'products')).toBe('ignore')
  expect(meaningOf('Fornecedor', 'products')).toBe('ignore')
})

test('a file needs its key once', () => {
  const column = (header: string, target: string): Column => ({ header, target })
  expect(problemOf([column('Cod', 'sku')], 'products')).toBe(null)
  expect(problemOf([column('Cod', 'name')], 'products')).not.toBe(null)
  expect(problemOf([column('a', 'sku'), column('b', 'sku')], 'products')).not.toBe(null)
})

test('a file that is right is sent as it is', () => {
  const file = new Blob(['sku;preço\n1;2\n'])
  const columns = [
    { header: 'sku', target: 'sku' },
    { header: 'preço', target: 'price' },
  ]
  expect(renamed(file, bytes('sku;preço\n1;2\n'), columns, 'products', 'utf-8', ';')).toBe(file)
})

test('another header goes over the same rows', async () => {
  const text = '\ufeffCód. interno;Preço;Fornecedor;Cor\n1;2;ç;azul\n'
  const columns = [
    { header: 'Cód. interno', target: 'sku' },
    { header: 'Preço', target: 'price' },
    { header: 'Fornecedor', target: 'ignore' },
    { header: 'Cor', target: 'attr' },
  ]
  const made = renamed(new Blob([text]), bytes(text), columns, 'products', 'utf-8', ';')
  expect(await new Response(made).text()).toBe(
    'sku;Preço;import_Fornecedor;attr:Cor\r\n1;2;ç;azul\n',
  )
})

test('a line that names the separator goes with the old header', async () => {
  const text = 'sep=;\r\nCód;Nome\r\n1;Lápis\r\n'
  const columns = [
    { header: 'Cód', target: 'sku' },
    { header: 'Nome', target: 'name' },
  ]
  const made = renamed(new Blob([text]), bytes(text), columns, 'products', 'utf-8', ';')
  expect(await new Response(made).text()).toBe('sku;Nome\r\n1;Lápis\r\n')
})

test('old encodings keep their bytes', async () => {
  const head = Uint8Array.from([0x63, 0xf3, 0x64, 0x0a, 0xe7, 0x0a])
  expect(encodingOf(head)).toBe('windows-1252')
  expect(encodingOf(bytes('código'))).toBe('utf-8')
  const made = renamed(
    new Blob([head]),
    head,
    [{ header: 'cód', target: 'option' }],
    'products',
    'windows-1252',
    ',',
  )
  const out = new Uint8Array(await new Response(made).arrayBuffer())
  expect([...out.slice(-2)]).toEqual([0xe7, 0x0a])
  expect(new TextDecoder('windows-1252').decode(out)).toBe('option:cód\r\nç\n')
})
