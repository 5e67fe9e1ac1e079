import { $, element } from '../base/dom.js';
import { calculate } from './calculator.js';

const MOST_DICE = 20;

const described = (name, description, properties, required = Object.keys(properties)) =>
  ({ type: 'function', function: { name, description, parameters: { type: 'object', properties, required, additionalProperties: false } } });

/** Tools to try. They run in this page, and reach nothing outside of it. */
const TOOLS = [
  {
    label: 'Calculator',
    ...described('calculate', 'Computes a sum of numbers with + - * / % ^ and parentheses', { expression: { type: 'string' } }),
    execute: ({ expression }) => String(calculate(expression)),
  },
  {
    label: 'Clock',
    ...described('current_time', 'The date and time on the reader\'s machine', {}),
    execute: () => new Date().toString(),
  },
  {
    label: 'Dice',
    ...described('roll_dice', 'Rolls dice', { dice: { type: 'integer', minimum: 1, maximum: MOST_DICE }, sides: { type: 'integer', minimum: 2 } }),
    execute: ({ dice, sides }) => {
      if (!Number.isInteger(dice) || !Number.isInteger(sides) || dice < 1 || dice > MOST_DICE || sides < 2) {
        throw new Error(`there are 1 to ${MOST_DICE} dice, of 2 sides or more`);
      }
      return { rolled: Array.from({ length: dice }, () => 1 + Math.floor(Math.random() * sides)) };
    },
  },
];

/** The choice of tools that a model is given. */
export class ToolChoice {
  #boxes = [];

  /** Called when the choice changes. */
  onChange = () => {};

  constructor() {
    for (const { label, function: { name, description } } of TOOLS) {
      const line = element('label', 'check');
      const box = element('input');
      box.type = 'checkbox';
      box.value = name;
      box.addEventListener('change', () => this.onChange());
      line.append(box, element('span', '', `${label}: ${description}`));
      $('tool-list').append(line);
      this.#boxes.push(box);
    }
  }

  /** Those that are chosen, as the runner takes them. */
  get chosen() {
    const names = this.#boxes.filter((box) => box.checked).map((box) => box.value);
    return TOOLS.filter((tool) => names.includes(tool.function.name)).map(({ label, ...tool }) => tool);
  }

  /** Whether a model must call one. */
  get required() {
    return $('tools-required').checked;
  }

  get label() {
    const { length } = this.chosen;
    return length === 0 ? '' : length === 1 ? 'one tool' : `${length} tools`;
  }
}
