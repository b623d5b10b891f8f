import { expect, test } from 'vitest';
import { maskPersonal } from './mask-personal.ts';

const known = ['Ada Lovelace', '12 Dorset Street', 'ada@x.example', 'W1U 6QS'];

test('what is known of a person is blanked, also where it was taken apart or stands inside other text', () => {
  const document = {
    ship_first: 'Ada',
    remark: 'For Lovelace, 12 Dorset Street',
    zone: 'W1U',
    items: [{ item: 'ADAPTER-1', quantity: 1 }],
  };
  expect(maskPersonal(document, known)).toEqual({
    ship_first: '•••',
    remark: 'For •••, •••',
    zone: '•••',
    items: [{ item: 'ADAPTER-1', quantity: 1 }],
  });
});

test('without anything known, names of fields and looks still tell', () => {
  expect(maskPersonal({ email: 'a@b.example', text: 'mail a@b.example' }, [])).toEqual({ email: '•••', text: 'mail •••@•••' });
});

test('a document that is text is masked as text', () => {
  expect(maskPersonal('<Name>Ada Lovelace</Name>', known)).toBe('<Name>•••</Name>');
});
