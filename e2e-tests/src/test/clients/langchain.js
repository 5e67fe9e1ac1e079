import { HumanMessage, ToolMessage } from '@langchain/core/messages';
import { StringOutputParser } from '@langchain/core/output_parsers';
import { ChatPromptTemplate } from '@langchain/core/prompts';
import { tool } from '@langchain/core/tools';
import { chatModel, embeddings } from 'wasm-chord/langchain';

const question = 'What is the capital of Japan?';
const place = { type: 'object', properties: { place: { type: 'string' } } };

/** What LangChain.js hears of the engine, as lines. */
export async function run({ demo, caller, encoder }) {
  const said = [];
  const model = chatModel(demo, { temperature: 0 });

  const whole = await model.invoke(question);
  const { usage_metadata: used } = whole;
  said.push(whole.content, whole.response_metadata.finish_reason, used.total_tokens === used.input_tokens + used.output_tokens);

  let streamed;
  let pieces = 0;
  for await (const piece of await model.stream(question, { min_p: 0.1 })) {
    streamed = streamed ? streamed.concat(piece) : piece;
    pieces++;
  }
  said.push(streamed.content, pieces > 2, streamed.usage_metadata.total_tokens === used.total_tokens, streamed.response_metadata.finish_reason);

  const chain = ChatPromptTemplate.fromMessages([['human', 'What is the capital of {country}?']]).pipe(model).pipe(new StringOutputParser());
  said.push(await chain.invoke({ country: 'Japan' }));

  const schema = { type: 'object', properties: { city: { enum: ['Tokyo'] } }, required: ['city'], additionalProperties: false };
  said.push((await model.withStructuredOutput(schema).invoke(question)).city);
  const { raw, parsed } = await model.withStructuredOutput(schema, { includeRaw: true }).invoke(question);
  said.push(parsed.city, raw.content.includes('Tokyo'));

  const weather = tool(async ({ place: where }) => `wet in ${where}`, { name: 'weather', description: 'rain', schema: place });
  const calling = chatModel(caller, { temperature: 0 }).bindTools([weather]);
  const messages = [new HumanMessage('Rain?')];
  const asks = await calling.invoke(messages);
  const [call] = asks.tool_calls;
  const told = await weather.invoke(call);
  said.push(call.name, told.content, told instanceof ToolMessage, asks.additional_kwargs.reasoning_content);
  said.push((await calling.invoke([...messages, asks, told])).content);
  let asking;
  for await (const piece of await calling.stream(messages)) {
    asking = asking ? asking.concat(piece) : piece;
  }
  said.push(asking.tool_calls[0].args.place === call.args.place);
  const forced = await chatModel(caller, { temperature: 0 }).withStructuredOutput(place, { name: 'weather', method: 'functionCalling' }).invoke('Rain?');
  said.push(typeof forced.place);

  const vectors = embeddings(encoder);
  const [first, second] = await vectors.embedDocuments(['a cat', 'a dog']);
  const query = await vectors.embedQuery('a cat');
  said.push(first.length === second.length, query.every((value, i) => value === first[i]), (await vectors.embedDocuments([])).length);

  said.push(await model.invoke(question, { signal: AbortSignal.abort() }).catch((error) => error.name));
  said.push(await model.invoke(question, { temperature: -1 }).catch((error) => error.code));
  said.push(await model.invoke([new HumanMessage({ content: [{ type: 'image_url', image_url: { url: 'data:,' } }] })]).catch((error) => error.code));
  for await (const piece of await model.stream(question, { ignore_eos: true })) {
    said.push(typeof piece.content);
    break; // which ends the answer
  }
  said.push((await model.invoke(question)).content === whole.content); // the engine is free again
  return said.join('\n');
}
