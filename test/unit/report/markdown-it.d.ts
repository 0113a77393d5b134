/** The part of markdown-it that these tests use. */
declare module 'markdown-it' {
  interface Token {
    type: string;
    content: string;
    children: Token[] | null;
  }
  export default class MarkdownIt {
    linkify: { set(options: { fuzzyLink: boolean }): void };
    constructor(options: { html: boolean; linkify: boolean });
    parse(source: string, environment: object): Token[];
  }
}
