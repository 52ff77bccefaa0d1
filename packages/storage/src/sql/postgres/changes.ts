import { CHANGES } from '../changes/all.ts'
import { type Recipes, write } from '../recipe.ts'

/**
 * The changes of every SQL database, and one step more: writers run side by side here. Deleting a
 * client and redeeming one of its codes would each miss what the other is about to write, so a
 * redemption first makes sure that the client stays until its commit. Whoever comes second sees all
 * that the first has done.
 */
export const POSTGRES_CHANGES: Recipes = {
  ...CHANGES,
  'code.consume': (db, p) => [
    write(
      db
        .selectFrom('clients')
        .select('client_id')
        .where('client_id', '=', (eb) =>
          eb
            .selectFrom('authorization_codes')
            .select('client_id')
            .where(
              'id',
              '=',
              p.bytes((c) => c.id),
            ),
        )
        .forKeyShare(),
    ),
    ...CHANGES['code.consume'](db, p),
  ],
}
