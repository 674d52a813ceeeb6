import type {} from 'timbrel/react';

export const right = (
  <melody-rnn
    input="lead"
    callResponse
    temperature={1}
    onsequence-change={({ sequence }) => console.log(sequence.notes)}
  />
);
// @ts-expect-error A number.
export const text = <melody-rnn temperature="hot" />;
// @ts-expect-error There is no such attribute.
export const unknown = <melody-rnn colour="red" />;
// @ts-expect-error A note has no such field.
export const field = <piano-keyboard onnote-on={({ loudness }) => console.log(loudness)} />;
