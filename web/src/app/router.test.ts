/** Paths and their screens. */
import { expect, test } from 'vitest';
import { routeOf } from './router.svelte';

test('paths name screens', () => {
  expect(routeOf('/')).toEqual({ screen: 'list', engine: null });
  expect(routeOf('/11')).toEqual({ screen: 'list', engine: 'Basic' });
  expect(routeOf('/22')).toEqual({ screen: 'list', engine: 'Pro' });
  expect(routeOf('/articles/a%20b')).toEqual({ screen: 'article', id: 'a b' });
  expect(routeOf('/articles/%zz')).toEqual({ screen: 'list', engine: null });
  expect(routeOf('/house/rules')).toEqual({ screen: 'house', tab: 'rules' });
  expect(routeOf('/engines/Pro')).toEqual({ screen: 'engines', engine: 'Pro' });
  expect(routeOf('/reports')).toEqual({ screen: 'reports' });
  expect(routeOf('/nowhere/else')).toEqual({ screen: 'list', engine: null });
});
