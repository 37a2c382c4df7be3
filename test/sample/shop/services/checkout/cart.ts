/** An amount of money in cents: sums stay exact. */
export type Cents = number;

export interface CartLine {
  sku: string;
  name: string;
  unitPrice: Cents;
  quantity: number;
}

export interface Cart {
  lines: CartLine[];
  /** Two letters, as in ISO 3166. */
  country: string;
  coupon?: string;
}

/** Adds a line, or raises the quantity of the one with the same article. The cart that came in stays as it is. */
export function addLine(cart: Cart, line: CartLine): Cart {
  const known = cart.lines.find(({ sku }) => sku === line.sku);
  if (!known) return { ...cart, lines: [...cart.lines, line] };
  const raised = { ...known, quantity: known.quantity + line.quantity };
  return { ...cart, lines: cart.lines.map((each) => (each === known ? raised : each)) };
}
