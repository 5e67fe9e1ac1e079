/*
 * Sums, as a model writes them: numbers, + - * / % ^, parentheses. Nothing is evaluated as a script.
 */

const TOKEN = /\s*(?:(\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+)|([-+*/%^()]))/y;
const MOST = 500; // characters
const DEEPEST = 50; // parentheses

function tokensOf(text) {
  const tokens = [];
  TOKEN.lastIndex = 0;
  const end = text.trimEnd().length;
  while (TOKEN.lastIndex < end) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(text);
    if (!found) {
      throw new Error(`there is no number or sign at character ${at + 1} of ${text}`);
    }
    tokens.push(found[1] ? Number(found[1]) : found[2]);
  }
  return tokens;
}

/** Reads a sum by the usual precedence: ^ from the right, then signs, then * / %, then + and -. */
class Parser {
  #tokens;
  #at = 0;
  #depth = 0;

  constructor(tokens) {
    this.#tokens = tokens;
  }

  all() {
    const value = this.#sum();
    if (this.#at < this.#tokens.length) {
      throw new Error(`'${this.#tokens[this.#at]}' is one too many`);
    }
    return value;
  }

  #take(...signs) {
    return signs.includes(this.#tokens[this.#at]) ? this.#tokens[this.#at++] : null;
  }

  #sum() {
    let value = this.#product();
    for (let sign; (sign = this.#take('+', '-'));) {
      const next = this.#product();
      value = sign === '+' ? value + next : value - next;
    }
    return value;
  }

  #product() {
    let value = this.#signed();
    for (let sign; (sign = this.#take('*', '/', '%'));) {
      const next = this.#signed();
      value = sign === '*' ? value * next : sign === '/' ? value / next : value % next;
    }
    return value;
  }

  #signed() {
    let negative = false;
    for (let sign; (sign = this.#take('+', '-'));) {
      negative = negative !== (sign === '-');
    }
    const value = this.#power();
    return negative ? -value : value;
  }

  #power() {
    const base = this.#atom();
    return this.#take('^') ? base ** this.#signed() : base;
  }

  #atom() {
    if (this.#take('(')) {
      if (++this.#depth > DEEPEST) {
        throw new Error('there are too many parentheses in one another');
      }
      const value = this.#sum();
      if (!this.#take(')')) {
        throw new Error('a parenthesis is not closed');
      }
      this.#depth--;
      return value;
    }
    const token = this.#tokens[this.#at++];
    if (typeof token !== 'number') {
      throw new Error(`a number is missing${token ? ` before '${token}'` : ' at the end'}`);
    }
    return token;
  }
}

/**
 * @param {string} text such as `2 * (3 + 4) ^ 2`
 * @throws {Error} that says what is wrong with it
 */
export function calculate(text) {
  if (typeof text !== 'string' || text.length > MOST) {
    throw new Error(`a sum is a text of at most ${MOST} characters`);
  }
  return new Parser(tokensOf(text)).all();
}
