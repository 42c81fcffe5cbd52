// Who can work in the demo. What a role may do is said by the definition (definition.ts) and by nothing else in the page.
import type { User } from "stagebook";

export type Role = "sales" | "manager" | "viewer";
export interface Person extends User {
  readonly roles: readonly [Role];
}

export const USERS: readonly [Person, ...Person[]] = [
  { id: "anna", name: "Anna Rossi", roles: ["sales"] },
  { id: "marco", name: "Marco Bianchi", roles: ["sales"] },
  { id: "sofia", name: "Sofia Keller", roles: ["manager"] },
  { id: "viola", name: "Viola Conti", roles: ["viewer"] },
];

export function personOf(id: string): Person {
  return USERS.find((user) => user.id === id) ?? USERS[0];
}
