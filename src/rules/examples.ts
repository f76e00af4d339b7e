/** Rules texts that the gallery offers: six families, each in a few voices. */

export type FamilyId =
  'lines' | 'take-away' | 'dice-race' | 'pawn-race' | 'simultaneous' | 'small-poker';

export interface Family {
  readonly id: FamilyId;
  readonly title: string;
  readonly about: string;
}

export interface Example {
  readonly id: string;
  readonly family: FamilyId;
  readonly title: string;
  readonly rules: string;
}

export const FAMILIES: readonly Family[] = [
  { id: 'lines', title: 'Lines on a grid', about: 'Place marks, make a row' },
  { id: 'take-away', title: 'Take-away', about: 'Heaps of matches, Nim' },
  { id: 'dice-race', title: 'Dice race', about: 'Roll again or hold' },
  { id: 'pawn-race', title: 'Pawn race', about: 'Reach the far side' },
  { id: 'simultaneous', title: 'Secret choices', about: 'Both choose, then reveal' },
  { id: 'small-poker', title: 'Small poker', about: 'One card, one bet' },
];

export const EXAMPLES: readonly Example[] = [
  {
    id: 'tic-tac-toe',
    family: 'lines',
    title: 'Noughts and crosses',
    rules:
      'Two players take turns putting their mark on a board of three rows and three columns. ' +
      'x goes first. A mark may go on any empty square. The first player to get three in a row, ' +
      'across, down or diagonally, wins. If the board fills up without a line, nobody wins.',
  },
  {
    id: 'connect-four',
    family: 'lines',
    title: 'Four in a row, dropped',
    rules:
      'The board has 6 rows and 7 columns and stands upright. On your turn you drop a disc into a ' +
      'column that is not full, and it falls to the lowest free space. Four of your discs in an ' +
      'unbroken line, horizontal, vertical or diagonal, win the game. A full board is a draw.',
  },
  {
    id: 'ring-of-four',
    family: 'lines',
    title: 'Around the edge',
    rules:
      '- a 5 by 5 board\n- two players, x begins, one stone a turn on any free square\n' +
      '- four in a row wins, diagonals count too\n' +
      '- the left edge is joined to the right edge and the top to the bottom, so lines may wrap around\n' +
      '- board full and no line: a draw',
  },
  {
    id: 'avoid-three',
    family: 'lines',
    title: 'Do not make three',
    rules:
      'like tic tac toe but on a 4x4 board, and whoever makes three in a row loses. ' +
      "diagonals don't count",
  },
  {
    id: 'three-heaps',
    family: 'take-away',
    title: 'Three heaps of matches',
    rules:
      'There are three heaps with 3, 4 and 5 matches. Players take turns. On your turn choose one ' +
      'heap and take as many matches from it as you like, but at least one. Whoever takes the very ' +
      'last match wins.',
  },
  {
    id: 'twenty-one',
    family: 'take-away',
    title: 'Twenty-one stones',
    rules:
      'We put 21 stones on the table. You take one, two or three of them, then I do the same, and ' +
      'so on. The one who has to take the last stone loses.',
  },
  {
    id: 'odd-takes',
    family: 'take-away',
    title: 'One, three or four',
    rules:
      'A single heap holds 15 coins. Two players move in turn. A move removes exactly 1, 3 or 4 ' +
      'coins. A player who cannot move loses.',
  },
  {
    id: 'pig',
    family: 'dice-race',
    title: 'Pig to fifty',
    rules:
      'A race to 50 points for two players with one ordinary die. On your turn roll as often as you ' +
      'like and add up what you roll. You may hold at any time: then the sum is added to your score ' +
      'and the other player goes. If you roll a 1, you lose the points of this turn and your turn ends.',
  },
  {
    id: 'two-dice',
    family: 'dice-race',
    title: 'Two dice, three players',
    rules:
      'Three players race to 80 with two six-sided dice. Roll both dice, add the total to your turn, ' +
      'and roll again or hold to keep the points. If either die shows a 1, the points of that turn ' +
      'are lost and the next player rolls.',
  },
  {
    id: 'breakthrough',
    family: 'pawn-race',
    title: 'Breakthrough, small',
    rules:
      'Two armies face each other on a board with 6 rows and 6 columns. Each side fills its two rows ' +
      'nearest to it with pawns. A pawn moves one step forward, straight or diagonally, to an empty ' +
      'square. It captures one step diagonally forward only. Whoever first gets a pawn to the far row ' +
      'wins; taking all the enemy pawns also wins.',
  },
  {
    id: 'hexapawn',
    family: 'pawn-race',
    title: 'Three against three',
    rules:
      'Played on three rows and three columns. Each player has one row of three pawns. Pawns go one ' +
      'square straight ahead if it is empty and take diagonally ahead. Get a pawn across and you win. ' +
      'If it is your turn and you have no move, you lose.',
  },
  {
    id: 'rock-paper-scissors',
    family: 'simultaneous',
    title: 'Rock, paper, scissors',
    rules:
      'Two players secretly choose rock, paper or scissors and show it at the same time. Rock beats ' +
      'scissors, scissors beats paper and paper beats rock. The winner of a round gets a point and ' +
      'the loser loses one; the same choice gives nothing. Play 3 rounds, most points wins.',
  },
  {
    id: 'prisoners',
    family: 'simultaneous',
    title: 'Share or grab',
    rules:
      'Both players choose share or grab, in secret, and reveal together. If both share, each gets 3 ' +
      'points. If both grab, each gets 1. If one grabs while the other shares, the grabber gets 5 and ' +
      'the sharer gets 0. Five rounds are played and the points are added up.',
  },
  {
    id: 'kuhn',
    family: 'small-poker',
    title: 'Three-card poker',
    rules:
      'A tiny poker for two. The deck is a jack, a queen and a king. Each player pays 1 chip into the ' +
      'pot and gets one hidden card. Then they bet: a player may check or bet 1 chip; facing a bet you ' +
      'call or fold. There is only one bet. If nobody folds, the higher card takes the pot.',
  },
  {
    id: 'five-card-ladder',
    family: 'small-poker',
    title: 'Five cards, two raises',
    rules:
      'Five cards, 1 to 5, are shuffled and each of the two players gets one that only they may see. ' +
      'Everyone antes 1 chip. Check or bet 2; against a bet you may fold, call or raise by 2. At most ' +
      'two bets and raises are made in a hand. Higher card wins at the showdown, and a player who ' +
      'folds loses what they have paid.',
  },
];

export function exampleById(id: string): Example | undefined {
  return EXAMPLES.find((example) => example.id === id);
}
