// Names for containers that were given none: an adjective and the surname of somebody who made computing what it is.

const ADJECTIVES =
  "able agile airy alert amber ample apt arch azure blithe bold bonny brave breezy bright brisk calm candid chatty cheery chipper civil clever cosmic cosy crisp curious dapper daring deft eager earnest easy epic fair fleet frank fresh gallant gentle gifted glad golden grand hardy hearty honest humble jaunty jolly joyful keen kind lively loyal lucid lucky mellow merry mild mirthful modest neat nimble noble patient peppy placid plucky polite proud quick quiet rapid ready sage serene sharp silver sincere sleek snug sober spry steady sterling stoic sunny swift tender thrifty tidy tranquil trusty upbeat valiant vivid warm wise witty zesty".split(
    " ",
  );

const SURNAMES =
  "allen babbage bartik berners blackwell boole borg carmack cerf church clarke codd conway cray dahl diffie dijkstra easley engelbart estrin fano feinler floyd forsythe gosling granville gray hamming hamilton hellman hinton hoare holberton hollerith hopper jacquard jennings johnson kahn kay kernighan kilby kildall knuth lamarr lamport leibniz liskov lovelace mauchly mccarthy meltzer merkle milner minsky moore naur neumann newell noether noyce nygaard pascal perlis perlman postel rabin rhodes ritchie rivest shamir shannon simon snyder spence stallman sussman tarjan thompson torvalds turing vaughan wescoff wilkes wilkinson wirth zuse".split(
    " ",
  );

/** `brave_lovelace`; after ten names that are taken, with a digit at the end, as Docker does. */
export function randomName(
  randomBytes: (count: number) => Uint8Array,
  isTaken: (name: string) => boolean,
): string {
  for (let attempt = 0; ; attempt++) {
    const [first = 0, second = 0, third = 0, fourth = 0, digit = 0] = randomBytes(5);
    const adjective = ADJECTIVES[(first * 256 + second) % ADJECTIVES.length];
    const surname = SURNAMES[(third * 256 + fourth) % SURNAMES.length];
    const name = `${adjective}_${surname}${attempt < 10 ? "" : digit + (attempt > 100 ? attempt * 256 : 0)}`;
    if (!isTaken(name)) return name;
  }
}
