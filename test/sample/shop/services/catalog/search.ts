export interface Article {
  sku: string;
  name: string;
  tags: string[];
}

/** Articles whose name or one of whose tags contains the words, in the catalogue's order. */
export function search(articles: readonly Article[], words: string): Article[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  return articles.filter(({ name, tags }) => {
    const text = [name, ...tags].join(' ').toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}
