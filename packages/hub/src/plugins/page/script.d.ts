declare module '*.js.txt' {
  const text: string;
  export default text;
}
