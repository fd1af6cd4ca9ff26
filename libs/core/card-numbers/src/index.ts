export { CARD_NUMBER_FAULT, hasCardNumber, maskCardNumbers } from './card-numbers';
