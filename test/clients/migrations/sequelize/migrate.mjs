import { readFileSync } from 'node:fs';
import { DataTypes, Sequelize } from 'sequelize';

const binding = (key) => readFileSync(`/bindings/spike.migrator/${key}`, 'utf8');
const sequelize = new Sequelize({
  dialect: 'postgres',
  host: binding('host'),
  port: Number(binding('port')),
  database: binding('database'),
  username: binding('username'),
  password: binding('password'),
  logging: false,
  dialectOptions: { ssl: { ca: binding('ca.crt'), rejectUnauthorized: true } },
});
await sequelize.getQueryInterface().createTable('sequelize_things', {
  id: { type: DataTypes.INTEGER, primaryKey: true, autoIncrement: true },
  name: { type: DataTypes.TEXT, allowNull: false },
});
await sequelize.close();
