import type { Cart, Cents } from './cart';

const VAT_PERCENT: Record<string, number> = { DE: 19, FR: 20, NL: 21 };

/** What the goods cost, before discounts and shipping. */
export function subtotal(cart: Cart): Cents {
  return cart.lines.reduce((sum, line) => sum + line.unitPrice * line.quantity, 0);
}

/** The value added tax that is contained in an amount. */
export function containedVat(amount: Cents, country: string): Cents {
  const percent = VAT_PERCENT[country] ?? 0;
  return Math.round((amount * percent) / (100 + percent));
}
