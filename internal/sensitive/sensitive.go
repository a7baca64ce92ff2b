// Package sensitive finds personal data in free text: phone numbers, identity and bank cards, plates, addresses down to the room.
package sensitive
