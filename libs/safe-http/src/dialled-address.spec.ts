import { isDialable, readAllowList, targetProblem } from './dialled-address.ts';

const allow = (text: string) => {
  const list = readAllowList(text);
  if ('problem' in list) throw new Error(list.problem);
  return list;
};
const nothing = allow('');

describe('addresses that webhooks may dial', () => {
  it.each([
    '127.0.0.1',
    '127.255.0.1',
    '0.0.0.0',
    '10.0.0.1',
    '172.16.0.1',
    '192.168.1.1',
    '169.254.169.254',
    '100.64.0.1',
    '192.0.0.1',
    '192.0.2.1',
    '198.18.0.1',
    '203.0.113.1',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::7f00:1',
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::ffff:a9fe:a9fe',
    '::ffff:0:7f00:1',
    '64:ff9b::7f00:1',
    '64:ff9b:1::1',
    '2001::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'fc00::1',
    'fd00:ec2::254',
    'fe80::1',
    'fec0::1',
    'ff02::1',
    '100::1',
    '4000::1',
  ])('%s is refused', (address) => {
    expect(isDialable(address, 'name.example', nothing)).toBe(false);
  });

  it.each(['8.8.8.8', '93.184.215.14', '2606:4700::1', '::ffff:8.8.8.8'])('%s is fine', (address) => {
    expect(isDialable(address, 'name.example', nothing)).toBe(true);
  });

  it('the operator may allow networks, addresses and names, and nothing around them', () => {
    const list = allow(' 127.0.0.1/32, 10.0.0.7, fd00::/8, Hooks.Internal ,');
    expect(isDialable('127.0.0.1', 'x', list)).toBe(true);
    expect(isDialable('::ffff:127.0.0.1', 'x', list)).toBe(true);
    expect(isDialable('127.0.0.2', 'x', list)).toBe(false);
    expect(isDialable('10.0.0.7', 'x', list)).toBe(true);
    expect(isDialable('10.0.0.8', 'x', list)).toBe(false);
    expect(isDialable('fd12::1', 'x', list)).toBe(true);
    expect(isDialable('192.168.0.1', 'hooks.internal', list)).toBe(true);
    expect(readAllowList('10.0.0.0/8, http://x')).toHaveProperty('problem');
    expect(readAllowList('10.0.0.0/99')).toHaveProperty('problem');
  });

  it.each([
    'http://127.0.0.1/',
    'http://2130706433/',
    'http://0x7f.1/',
    'http://0177.0.0.1/',
    'http://127.1/',
    'http://[::1]/',
    'http://[::ffff:127.0.0.1]/',
    'http://169.254.169.254/latest/meta-data',
    'http://①②⑦.0.0.1/',
    'https://user:secret@shop.example/',
  ])('%s is refused before it is stored', (url) => {
    expect(targetProblem(url, nothing)).toEqual(expect.any(String));
  });

  it('a public address or a name is stored; names are judged when they are dialled', () => {
    expect(targetProblem('https://shop.example/hook?x=1', nothing)).toBeUndefined();
    expect(targetProblem('http://8.8.8.8:8080/', nothing)).toBeUndefined();
  });
});
