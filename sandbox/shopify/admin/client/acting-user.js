/** Who the person at the keyboard acts as, kept per shop in the admin's own storage (the admin is the first party here). */

/** @typedef {import('./control-api.js').Shop} Shop */
/** @typedef {import('./control-api.js').User} User */

/** @param {Shop} shop */
const keyOf = (shop) => `acting-user ${shop.domain}`;

/**
 * @param {Shop} shop
 * @returns {User}
 */
export function actingUser(shop) {
  let kept = null;
  try {
    kept = localStorage.getItem(keyOf(shop));
  } catch {
    // Storage switched off: the account owner it is.
  }
  const found =
    shop.users.find((user) => String(user.id) === kept) ?? shop.users.find((user) => user.accountOwner) ?? shop.users[0];
  if (!found) throw new Error(`The shop ${shop.domain} has no staff. Add one by POST /_sandbox/users.`);
  return found;
}

/**
 * @param {Shop} shop
 * @param {string} id
 */
export function actAs(shop, id) {
  try {
    localStorage.setItem(keyOf(shop), id);
  } catch {
    // It lasts as long as the page then.
  }
  return shop.users.find((user) => String(user.id) === id) ?? actingUser(shop);
}
