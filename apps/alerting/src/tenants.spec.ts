import { byTenants } from './tenants.ts';

describe('rows of many accounts', () => {
  it('are handled in parts of at most 500 accounts; rows of one account stay together and in order', () => {
    const rows = Array.from({ length: 3_000 }, (_, place) => ({
      accountId: `account-${place % 1_200}`,
      place,
    }));
    const parts = byTenants(rows);
    expect(parts.map((part) => new Set(part.map((row) => row.accountId)).size)).toEqual([500, 500, 200]);
    expect(parts.flat()).toHaveLength(3_000);
    const places = parts[0]!.filter((row) => row.accountId === 'account-7').map((row) => row.place);
    expect(places).toEqual([7, 1_207, 2_407]);
    expect(byTenants([])).toEqual([]);
  });
});
