export { activate, currentLocale, locales, startI18n } from './locale'
export type { Catalogs, Locale } from './locale'
export { useFormat } from './format'
export type { Format, MoneyValue } from './format'
