import { parseNodes } from './cluster-nodes';

it('Nodes of a cluster are named by host and port', () => {
  expect(parseNodes(['10.0.0.1:6379', 'redis-2.example:7000', '[2001:db8::1]:6380'])).toEqual([
    { host: '10.0.0.1', port: 6379 },
    { host: 'redis-2.example', port: 7000 },
    { host: '2001:db8::1', port: 6380 },
  ]);
});
