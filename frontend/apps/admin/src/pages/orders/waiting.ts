import type { Order } from './data'

/** Lines of which something has not left yet, and shall. */
export function waiting(order: Order) {
  return order.items
    .map((item) => ({ ...item, left: item.quantity - item.shipped - item.canceled }))
    .filter(({ left }) => left > 0)
}
